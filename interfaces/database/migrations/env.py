"""How Alembic meets a database here: through the connection handed to it, inside the caller's own transaction.

There is no way down. A version that proves wrong is put right by a later one, or by restoring a backup.
"""

from alembic import context

import billing.assessments.tables
import finance.facts.tables
import ledgers.tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=[finance.facts.tables.metadata, billing.assessments.tables.metadata, ledgers.tables.metadata],
    transactional_ddl=True,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
