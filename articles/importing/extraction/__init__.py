"""Text out of files that are more than text: web pages and PDFs, read in a process of their own."""
