"""The readers' pages. Each view starts from `visible_to`; no rule of the record is stated here."""
