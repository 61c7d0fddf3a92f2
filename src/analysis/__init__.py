"""Judge Guangzhou's five-year plans by their own numbers."""
