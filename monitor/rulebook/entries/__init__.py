"""One file per country, carrier or province: values with sources, the date they were checked, and how sure they are."""
