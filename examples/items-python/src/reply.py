"""What the functions answer to API Gateway."""

import json
import logging

from botocore.exceptions import ClientError, HTTPClientError

from document import Refusal

log = logging.getLogger(__name__)

THROTTLED = ("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded")


def answer(status, body, **headers):
    return {"statusCode": status, "headers": {"Content-Type": "application/json", **headers}, "body": body}


def problem(status, message, **headers):
    return answer(status, json.dumps({"error": message}, ensure_ascii=False, separators=(",", ":")), **headers)


def answering(handle):
    """Makes a handler of a function that returns status and body, or raises."""

    def handler(event, context):
        try:
            return answer(*handle(event))
        except Refusal as e:
            return problem(e.status, e.message)
        except ClientError as e:
            code = e.response["Error"]["Code"]
            if code in THROTTLED:
                log.warning("throttled: %s", e)
                return problem(503, "too many requests for the capacity of the table, try again", **{"Retry-After": "2"})
            if code == "ValidationException":
                message = e.response["Error"]["Message"]
                return problem(413 if message.startswith("Item size") else 400, message)
            log.exception("failed")
            return problem(500, "internal error")
        except HTTPClientError as e:
            log.warning("no answer: %s", e)
            return problem(503, "the table did not answer in time, try again", **{"Retry-After": "2"})

    return handler
