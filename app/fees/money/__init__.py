"""收费登记, 支出票据, 结算清退: a term's money, to the 分, for every pupil."""
