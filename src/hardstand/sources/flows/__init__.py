"""Flow logs, in whatever wrote them: read as a stream, as what was seen on the network (`model.flow`).

`logs` reads files in the order of time, `recognising` tells from the content of each who wrote it, `unwrapping` takes
away what carried a line, and there is one file for each form. `merging` makes one flow of what both ends, or both
directions, or several records tell of it. What is no record is told as unreadable and never passed over.

docs/flows.md tells people what each form tells and what it does not.
"""
