"""Network: what may talk, what should, what does; the questions of `hardstand net`, their answers and their forms."""
