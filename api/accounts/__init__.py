"""Who may do what: accounts with their grants, log-ins, API tokens and invitations."""
