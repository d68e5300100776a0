"""The product: which controls there are, what they say, what is done about it, and the run that holds it all."""
