"""Papers for people: the words in each language, the page, the PDF, the screen, and the batches they are sent in."""
