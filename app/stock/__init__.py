"""仓库: what is taken in, handed out, given back and counted, with the cost of every line fixed in 分."""
