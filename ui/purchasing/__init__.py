"""采购: the list of purchases, 登记一次采购 on one screen, and one page a purchase for the long chain."""
