"""What is meant to talk: the baseline's flow table in a picture, and how what policies allow differs from it."""
