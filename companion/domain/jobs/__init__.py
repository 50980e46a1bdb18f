"""What is planned ahead and done once: jobs, a day's plan, and what comes next."""
