"""How well the importer reads articles: measured on the labelled data that lie beside the project, if they do."""
