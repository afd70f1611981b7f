"""TeX in titles, abstracts and names, made readable. Pure."""
