"""OData 4.0 as ODK Central speaks it: what is asked, the metadata, and the rows."""
