"""Letters as text: one template per kind and language, and the articles that they rest on."""
