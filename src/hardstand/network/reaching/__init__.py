"""Questions about who may reach whom, and their answers, before anybody says in which form."""
