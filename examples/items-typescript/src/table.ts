// The table, as the function's settings name it.

import { DynamoDB } from '@aws-sdk/client-dynamodb';

export const TableName = process.env.TABLE_NAME!;

// Four attempts with jitter end before API Gateway gives up after 29 s.
export const client = new DynamoDB({ maxAttempts: 4, requestHandler: { connectionTimeout: 2000, requestTimeout: 5000 } });
