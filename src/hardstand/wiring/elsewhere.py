"""Rights in other systems, for the verbs that review them."""

from hardstand.sources.elsewhere.exports import SYSTEMS, export
from hardstand.sources.elsewhere.exports import rights as rights_in
from hardstand.sources.elsewhere.postgres import PostgresError
from hardstand.sources.elsewhere.postgres import rights as rights_of_postgres

__all__ = ["SYSTEMS", "PostgresError", "export", "rights_in", "rights_of_postgres"]
