"""Ways out for finished mails. Import the one you need: each pulls in only its own provider."""
