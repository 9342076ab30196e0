// What the functions answer to API Gateway.

import type { APIGatewayProxyEvent, APIGatewayProxyHandler, APIGatewayProxyResult } from 'aws-lambda';
import { Refusal } from './document';

const THROTTLED = ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'];

export function answer(statusCode: number, body: string, headers: Record<string, string> = {}): APIGatewayProxyResult {
  return { statusCode, headers: { 'Content-Type': 'application/json', ...headers }, body };
}

function problem(status: number, error: string): APIGatewayProxyResult {
  return answer(status, JSON.stringify({ error }), status === 503 ? { 'Retry-After': '2' } : {});
}

// answering makes a handler of a function that answers, or throws.
export function answering(handle: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>): APIGatewayProxyHandler {
  return async (event) => {
    try {
      return await handle(event);
    } catch (error) {
      if (error instanceof Refusal) return problem(error.status, error.message);
      const { name, message } = error as Error;
      if (name === 'ValidationException') return problem(message.startsWith('Item size') ? 413 : 400, message);
      console.error('failed', error);
      if (THROTTLED.includes(name)) return problem(503, 'too many requests for the capacity of the table, try again');
      if (name === 'TimeoutError') return problem(503, 'the table did not answer in time, try again');
      return problem(500, 'internal error');
    }
  };
}
