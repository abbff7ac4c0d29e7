"""The files that are handed in: in folders, archives, uploads and standard input, judged by what they hold."""
