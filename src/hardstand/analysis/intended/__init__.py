"""What is meant to talk: the baseline's flow table in a picture, as rules of the engine of reach."""
