"""Runs a Lambda function of Python over the Runtime API, as AWS's own client
(docs/aws/runtimes.md#python) does: for Python 3.9 and later, without any package.

What is not needed at once is imported when it is: a cold start takes little more
than the interpreter's own."""

import sys
import os
import _socket
import importlib

RUNTIME = os.environ.get("AWS_EXECUTION_ENV", "")
UNESCAPED = RUNTIME in ("AWS_Lambda_python3.12", "AWS_Lambda_python3.13", "AWS_Lambda_python3.14", "AWS_Lambda_python3.15")
JSON_LOG = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"
PREFIX = "/2018-06-01/runtime/"

request_id = ""  # of the invocation; empty in the init phase
tenant_id = None

UNHANDLED = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. "
    "However, in rare cases, a Lambda runtime update can cause unexpected function behavior. "
    "For functions using managed runtimes, runtime updates can be triggered by a function change, or can be applied automatically. "
    "To determine if the runtime has been updated, check the runtime version in the INIT_START log entry. "
    "If this error correlates with a change in the runtime version, you may be able to mitigate this error by temporarily rolling back "
    "to the previous runtime version. For more information, see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
)


class Fault(Exception):
    """An error that the client itself finds, with the type that AWS gives it."""

    def __init__(self, kind, message, trace=None):
        super().__init__(message)
        self.kind, self.message, self.trace = "Runtime." + kind, message, trace or []


class API:
    """The Runtime API over one connection."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.host = address
        self.socket = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        self.socket.connect((host, int(port)))
        self.socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        self.next = ("GET %sinvocation/next HTTP/1.1\r\nHost: %s\r\n\r\n" % (PREFIX, address)).encode()
        self.rest = b""
        self.owed = 0  # replies to posts that nobody has read

    def post(self, path, body, content_type="application/json", kind="", then=b""):
        """Sends a post, and then a request of which the reply comes behind the post's."""
        if isinstance(body, str):
            body = body.encode()
        head = "POST %s%s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n" % (
            PREFIX, path, self.host, content_type, len(body))
        if kind:
            head += "Lambda-Runtime-Function-Error-Type: %s\r\n" % kind
        self.socket.sendall(head.encode() + b"\r\n" + body + then)
        self.owed += 1

    def read(self):
        """Returns headers, by lower-case names, and body of the next reply."""
        while b"\r\n\r\n" not in self.rest:
            self.receive()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", 0))
        if len(self.rest) < length:
            parts, have = [self.rest], len(self.rest)
            while have < length:
                self.rest = b""
                self.receive(length - have)
                parts.append(self.rest)
                have += len(self.rest)
            self.rest = b"".join(parts)
        body, self.rest = self.rest[:length], self.rest[length:]
        return lines[0].split(" ", 2)[1], headers, body

    def receive(self, most=65536):
        part = self.socket.recv(max(most, 65536))
        if not part:
            os._exit(1)  # the sandbox is gone
        self.rest += part

    def settle(self):
        """Reads the replies that are owed. A refused post changes nothing any more."""
        while self.owed:
            self.owed -= 1
            self.read()


class Record:
    """Has the keys of a dict as attributes, None for those that are absent."""

    __slots__ = ()

    @classmethod
    def of(cls, values):
        if values is None:
            return None
        made = cls()
        for name in cls.__slots__:
            setattr(made, name, values.get(name))
        return made

    def __repr__(self):
        return "%s([%s])" % (type(self).__name__, ",".join("%s=%s" % (n, getattr(self, n)) for n in self.__slots__))


class CognitoIdentity(Record):
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(Record):
    __slots__ = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


class ClientContext(Record):
    __slots__ = ("custom", "env", "client")


def parsed(header, name):
    try:
        return loads(header)
    except Exception as e:
        raise Fault("LambdaContextUnmarshalError", "Unable to parse %s JSON: %s" % (name, e))


class LambdaContext:
    # The same for each invocation.
    log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
    log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
    function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
    memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
    function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")

    def __init__(self, headers):
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        client = headers.get("lambda-runtime-client-context")
        self.client_context = ClientContext.of(parsed(client, "Client Context") if client else None)
        if self.client_context is not None:
            self.client_context.client = Client.of(self.client_context.client)
        cognito = headers.get("lambda-runtime-cognito-identity")
        identity = parsed(cognito, "Cognito Identity") if cognito else {}
        self.identity = CognitoIdentity()
        self.identity.cognito_identity_id = identity.get("cognitoIdentityId")
        self.identity.cognito_identity_pool_id = identity.get("cognitoIdentityPoolId")
        self._epoch_deadline_time_in_ms = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self):
        import time
        return max(0, self._epoch_deadline_time_in_ms - int(time.time() * 1000))

    def log(self, msg):
        sys.stdout.write(str(msg))

    def __repr__(self):
        names = ("aws_request_id", "log_group_name", "log_stream_name", "function_name", "memory_limit_in_mb",
                 "function_version", "invoked_function_arn", "client_context", "identity", "tenant_id")
        return "LambdaContext([%s])" % ",".join("%s=%s" % (n, getattr(self, n)) for n in names)


# JSON. AWS's client writes it with simplejson, which knows more than json does.

SCALARS = frozenset((str, int, float, bool, type(None)))
mark = None  # around the text of a Decimal, in the place of a string


def loads(text):
    import json
    return json.loads(text)


def plain(value, seen):
    """Says whether json writes a value as simplejson does. A container that was seen
    is left to json: it is shared, or a circle."""
    kind = type(value)
    if kind in SCALARS:
        return True
    if kind is not dict and kind is not list and kind is not tuple:
        return False
    if id(value) in seen:
        return True
    seen.add(id(value))
    for item in (value.values() if kind is dict else value):
        if type(item) not in SCALARS and not plain(item, seen):
            return False
    return True


def objects(value, path):
    """Returns a value with its named tuples as dicts, which simplejson writes so."""
    if hasattr(value, "_asdict") and isinstance(value, tuple):
        value = value._asdict()
    if not isinstance(value, (dict, list, tuple)):
        return value
    if id(value) in path:
        raise ValueError("Circular reference detected")
    path = path | {id(value)}
    if isinstance(value, dict):
        return {key: objects(item, path) for key, item in value.items()}
    return [objects(item, path) for item in value]


def otherwise(value):
    global mark
    import decimal
    import math
    if isinstance(value, decimal.Decimal):
        if value.is_nan():
            return math.nan
        if mark is None:
            mark = os.urandom(16).hex()
        return mark + str(value)
    if isinstance(value, bytes):
        return value.decode()
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def dumps(value):
    import json
    if plain(value, set()):
        return json.dumps(value, ensure_ascii=not UNESCAPED)
    text = json.dumps(objects(value, frozenset()), ensure_ascii=not UNESCAPED, default=otherwise)
    if mark is None or mark not in text:
        return text
    import re
    return re.sub('"%s([^"]*)"' % mark, r"\1", text)


def marshalled(response):
    if isinstance(response, bytes):
        return response, "application/unknown"
    try:
        return dumps(response), "application/json"
    except Exception as e:
        raise Fault("MarshalError", "Unable to marshal response: %s" % e)


def unmarshalled(body, content_type):
    if content_type != "application/json":
        return body
    try:
        return loads(body)
    except Exception as e:
        raise Fault("UnmarshalError", "Unable to unmarshal input: %s" % e)


# Logs.

def configure(logging):
    """Gives the root logger the handler that functions find on AWS."""
    import time

    class Filter(logging.Filter):
        def filter(self, record):
            record.aws_request_id, record.tenant_id = request_id, tenant_id
            return True

    class LambdaLoggerHandler(logging.Handler):
        def emit(self, record):
            sys.stdout.write(self.format(record))

    class JsonFormatter(logging.Formatter):
        own = frozenset(vars(logging.makeLogRecord({}))) | {"aws_request_id", "tenant_id", "exc_text"} - {"taskName"}

        def format(self, record):
            import json
            record.levelno = min(50, max(0, record.levelno)) // 10 * 10
            record.levelname = logging.getLevelName(record.levelno)
            result = {"timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"), "level": record.levelname,
                      "message": record.getMessage(), "logger": record.name}
            if record.exc_info:
                import traceback
                kind, error, trace = record.exc_info
                result.update(stackTrace=traceback.format_tb(trace), errorType=kind and kind.__name__, errorMessage=str(error))
            result["requestId"] = record.aws_request_id
            if record.exc_info:
                result["location"] = "%s:%s:%d" % (record.pathname, record.funcName, record.lineno)
            result["tenantId"] = record.tenant_id
            extras = {k: v for k, v in vars(record).items() if k not in self.own and k not in result}
            result = {k: v for k, v in {**result, **extras}.items() if v is not None}
            return json.dumps(result, ensure_ascii=False) + "\n"

    logging.Formatter.converter = time.gmtime
    handler = LambdaLoggerHandler()
    handler.setFormatter(JsonFormatter() if JSON_LOG else logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S"))
    handler.addFilter(Filter())
    root = logging.getLogger()
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    level = "DEBUG" if level == "TRACE" else level
    if level in logging._nameToLevel:
        root.setLevel(level)
    root.addHandler(handler)


class Import:
    """Calls then with a module when it is imported, the first time. Most small
    functions never import logging, which takes longer than the client itself."""

    def __init__(self, name, then):
        self.name, self.then = name, then
        if name in sys.modules:
            then(sys.modules[name])
        else:
            sys.meta_path.insert(0, self)

    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        sys.meta_path.remove(self)
        spec = importlib._bootstrap._find_spec(name, path)
        if spec is not None:
            self.loader, spec.loader = spec.loader, self
        return spec

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__loader__ = module.__spec__.loader = self.loader
        self.loader.exec_module(module)
        self.then(module)


def point(session):
    """Has a botocore of before 1.31 take the endpoint from the environment, as later
    ones do."""
    import botocore
    if [int(n) for n in botocore.__version__.split(".")[:2]] >= [1, 31]:
        return
    create = session.Session.create_client

    def create_client(self, service_name, region_name=None, api_version=None, use_ssl=True, verify=None, endpoint_url=None, *rest, **more):
        return create(self, service_name, region_name, api_version, use_ssl, verify,
                      endpoint_url or os.environ.get("AWS_ENDPOINT_URL"), *rest, **more)

    session.Session.create_client = create_client


def log_error(error):
    if JSON_LOG:
        import time
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        sys.stdout.write(dumps({"timestamp": stamp, "log_level": "ERROR", **error}) + "\n")
        return
    said = ": ".join(part for part in (error["errorType"], error["errorMessage"]) if part)
    lines = ["[ERROR] " + said if said else "[ERROR]", "Traceback (most recent call last):"]
    for frame in error["stackTrace"]:
        for line in frame.splitlines():
            text = line.lstrip(" ")
            lines.append("\u00a0" * (len(line) - len(text)) + text)
    sys.stdout.write("\r".join(lines) + "\n")


# Running the function.

def handler_named(name):
    module, dot, function = name.rpartition(".")
    if not dot:
        raise Fault("MalformedHandlerName", "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name)
    if module.split(".")[0] in sys.builtin_module_names:
        raise Fault("BuiltInModuleConflict", "Cannot use built-in module %s as a handler module" % module)
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except ImportError as e:
        raise Fault("ImportModuleError", "Unable to import module '%s': %s" % (module, e))
    except SyntaxError as e:
        raise Fault("UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module, e),
                    ['  File "%s" Line %s\n    %s' % (e.filename, e.lineno, e.text)])
    try:
        return getattr(loaded, function)
    except AttributeError:
        raise Fault("HandlerNotFound", "Handler '%s' missing on module '%s'" % (function, module))


def error_of(e):
    """Returns an exception as AWS's client reports it, without the client's frames."""
    if isinstance(e, Fault):
        return {"errorMessage": e.message, "errorType": e.kind, "requestId": request_id, "stackTrace": e.trace}
    import traceback
    frames = [(f.filename, f.lineno, f.name, f.line) for f in traceback.extract_tb(e.__traceback__)]
    for i, frame in enumerate(frames):
        if frame[0] != __file__:
            frames = frames[i:]
            break
    return {"errorMessage": str(e), "errorType": type(e).__name__, "requestId": request_id,
            "stackTrace": traceback.format_list(frames)}


def load(api):
    try:
        return handler_named(os.environ["_HANDLER"])
    except Exception as e:
        error = error_of(e)
    import logging
    logging.warning(UNHANDLED)
    log_error(error)
    api.post("init/error", dumps(error), kind=error["errorType"])
    api.settle()
    sys.exit(1)


def serve(api, handler):
    global request_id, tenant_id
    api.socket.sendall(api.next)
    while True:
        api.settle()
        status, headers, body = api.read()
        if status != "200":
            sys.exit(1)
        request_id, tenant_id = headers["lambda-runtime-aws-request-id"], headers.get("lambda-runtime-aws-tenant-id")
        trace = headers.get("lambda-runtime-trace-id")
        if trace is not None:
            os.environ["_X_AMZN_TRACE_ID"] = trace
        else:
            os.environ.pop("_X_AMZN_TRACE_ID", None)
        try:
            context = LambdaContext(headers)
            event = unmarshalled(body, headers.get("content-type"))
            result, content_type = marshalled(handler(event, context))
        except Exception as e:
            error = error_of(e)
            log_error(error)
            api.post("invocation/%s/error" % request_id, dumps(error), kind=error["errorType"], then=api.next)
        else:
            api.post("invocation/%s/response" % request_id, result, content_type, then=api.next)


def main():
    # The folder of this file is not the function's: its modules come first.
    root = os.environ["LAMBDA_TASK_ROOT"]
    sys.path[0] = root
    Import("logging", configure)
    Import("botocore.session", point)
    api = API(os.environ["AWS_LAMBDA_RUNTIME_API"])
    serve(api, load(api))


if __name__ == "__main__":
    main()
