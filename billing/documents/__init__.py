"""Bills, credit notes and statements as papers: what each says, and each as it was issued."""
