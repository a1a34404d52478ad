"""盘点: from frozen book figures through the counts to the approved correction of the ledger."""
