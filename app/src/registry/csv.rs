//! `/registr.csv`: exactly what the search shows, all pages of it.
