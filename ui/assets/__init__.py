"""The tab 资产台账: the list of cards, the card's form, import, printing."""
