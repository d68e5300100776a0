"""The access review: who is asked about which grants, what they answer, and what follows from it.

A campaign is a folder: `campaign.json`, and in `answers/` a file for each reviewer with its signature beside it.
`campaign.py` has the words, `opening.py` makes one, `answers.py` and `standing.py` read what came back, `deciding.py`
says what it comes to, `bundle.py` packs the evidence, and `drift.py` compares with what is there later.
"""
