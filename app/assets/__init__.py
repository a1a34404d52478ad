"""固定资产台账: the cards, their rules, verbs, lists, workbooks and papers."""
