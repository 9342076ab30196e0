"""Calls services that Lullaby lacks. `objects` puts and gets objects where S3 is forwarded; `refused` prints
what boto3 says of services that are neither here nor forwarded, a line each."""

import hashlib
import io
import os
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint = os.environ["ENDPOINT"]
BODY = bytes(range(256)) * 40960  # 10 MB


def client(service, **config):
    return boto3.client(service, endpoint_url=endpoint, config=Config(retries={"total_max_attempts": 1}, **config))


def objects():
    s3 = client("s3")
    for key in ("plain", "a b/ü+~'()*!", "/slash//es/./..", "q?a=b&c#d"):
        s3.put_object(Bucket="photos", Key=key, Body=BODY, Metadata={"a": "b c"})
        got = s3.get_object(Bucket="photos", Key=key)
        assert got["Body"].read() == BODY and got["Metadata"] == {"a": "b c"}, key
        assert s3.head_object(Bucket="photos", Key=key)["ContentLength"] == len(BODY), key
        assert s3.get_object(Bucket="photos", Key=key, Range="bytes=1-2")["Body"].read() == b"\x01\x02", key
    s3.put_object(Bucket="photos", Key="empty")
    assert s3.get_object(Bucket="photos", Key="empty")["Body"].read() == b""
    for version in ("s3v4", "s3"):
        signer = client("s3", signature_version=version)
        url = signer.generate_presigned_url("get_object", Params={"Bucket": "photos", "Key": "plain"})
        with urllib.request.urlopen(url) as answer:
            assert hashlib.sha256(answer.read()).digest() == hashlib.sha256(BODY).digest(), url
    try:
        s3.get_object(Bucket="photos", Key="missing")
        raise AssertionError("a missing object")
    except s3.exceptions.NoSuchKey:
        pass
    dynamodb = client("dynamodb")
    assert dynamodb.list_tables()["TableNames"] == []
    print("OK")


def refused():
    for service, call in {
        "s3": lambda c: c.put_object(Bucket="b", Key="k", Body=io.BytesIO(BODY)),
        "secretsmanager": lambda c: c.get_secret_value(SecretId="a"),
        "stepfunctions": lambda c: c.list_state_machines(),
        "sts": lambda c: c.get_caller_identity(),
        "ec2": lambda c: c.describe_instances(),
        "sesv2": lambda c: c.list_email_identities(),
        "route53": lambda c: c.list_hosted_zones(),
        "cognito-idp": lambda c: c.sign_up(ClientId="a", Username="b", Password="c"),
    }.items():
        try:
            call(client(service))
            print(service, "answered")
        except ClientError as e:
            print(service, e.response["ResponseMetadata"]["HTTPStatusCode"], e)


{"objects": objects, "refused": refused}[sys.argv[1]]()
