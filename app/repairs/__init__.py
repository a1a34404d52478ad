"""报修维修: what is broken, who mends it, what that costs, who signed that it works again; plans and larger works."""
