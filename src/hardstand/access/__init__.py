"""What is told of who may do what: questions answered, reviews held, roles written."""
