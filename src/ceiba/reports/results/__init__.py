"""Results beside money: what an agreement paid for, and how its money flowed."""
