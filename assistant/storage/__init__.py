"""What must outlive the process, in one relational database: SQLite by default, PostgreSQL by DATABASE_URL. Plain Python, no Rasa."""
