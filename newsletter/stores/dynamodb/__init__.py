"""The store on Amazon DynamoDB: two tables, for any number of readers and senders."""
