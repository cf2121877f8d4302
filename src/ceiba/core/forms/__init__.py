"""Forms as data: what a form asks and gives, and what a submission of it says."""
