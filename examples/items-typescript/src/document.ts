// JSON objects as items of DynamoDB. Numbers stay text: none loses a digit, as they
// would in JSON.parse.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

// A Refusal is what the caller is told.
export class Refusal extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

// A Reader reads text that JSON.parse takes.
class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(): AttributeValue {
    this.space();
    switch (this.text[this.at]) {
      case '{': return { M: this.object() };
      case '[': return { L: this.list() };
      case '"': return { S: this.string() };
      case 't': this.at += 4; return { BOOL: true };
      case 'f': this.at += 5; return { BOOL: false };
      case 'n': this.at += 4; return { NULL: true };
      default: return { N: this.number() };
    }
  }

  private space(): void {
    while (' \t\r\n'.includes(this.text[this.at]!) && this.at < this.text.length) this.at += 1;
  }

  // next skips space and a sign, and says whether that was it.
  private next(sign: string): boolean {
    this.space();
    if (this.text[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  private object(): Item {
    const members: Item = Object.create(null);
    this.at += 1;
    while (!this.next('}')) {
      this.next(',');
      this.space();
      const name = this.string();
      this.next(':');
      if (name in members) throw new Refusal(400, 'duplicate key');
      members[name] = this.value();
    }
    return { ...members };
  }

  private list(): AttributeValue[] {
    const items: AttributeValue[] = [];
    this.at += 1;
    while (!this.next(']')) {
      this.next(',');
      items.push(this.value());
    }
    return items;
  }

  private string(): string {
    const from = this.at;
    for (this.at += 1; this.text[this.at] !== '"'; this.at += 1) {
      if (this.text[this.at] === '\\') this.at += 1;
    }
    this.at += 1;
    return JSON.parse(this.text.slice(from, this.at));
  }

  private number(): string {
    NUMBER.lastIndex = this.at;
    const text = NUMBER.exec(this.text)![0];
    this.at += text.length;
    return checkNumber(text);
  }
}

function checkNumber(text: string): string {
  const [digits = '', exponent = '0'] = text.replace('-', '').toLowerCase().split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const all = whole + fraction;
  const significant = all.replace(/^0+/, '');
  if (significant.replace(/0+$/, '') === '') return text;
  const magnitude = Number(exponent) + whole.length - 1 - (all.length - significant.length);
  if (magnitude > 125) throw new Refusal(400, 'number is larger in magnitude than 9.99E+125');
  if (magnitude < -130) throw new Refusal(400, 'number is smaller in magnitude than 1E-130');
  if (significant.replace(/0+$/, '').length > 38) throw new Refusal(400, 'number has more than 38 significant digits');
  return text;
}

// decode returns the attributes of a JSON object, which must have an _id.
export function decode(body: string): Item {
  let checked: unknown;
  try {
    checked = JSON.parse(body);
  } catch (error) {
    throw new Refusal(400, `body is not valid JSON: ${(error as Error).message}`);
  }
  if (checked === null || typeof checked !== 'object' || Array.isArray(checked)) {
    throw new Refusal(400, 'body is not a JSON object');
  }
  const item = new Reader(body).value().M!;
  if (!item._id) throw new Refusal(400, 'the object has no _id');
  if (item._id.S === undefined) throw new Refusal(400, '_id is not a string');
  checkKey(item._id.S);
  return item;
}

export function checkKey(id: string): void {
  const length = Buffer.byteLength(id);
  if (length === 0) throw new Refusal(400, '_id is empty');
  if (length > 2048) throw new Refusal(400, `_id is ${length} bytes long, and at most 2048 are allowed`);
}

// encode returns the JSON of an item, its names in order.
export function encode(item: Item): string {
  const members = Object.keys(item).sort().map((name) => `${JSON.stringify(name)}:${text(item[name]!)}`);
  return `{${members.join(',')}}`;
}

function text(value: AttributeValue): string {
  if (value.N !== undefined) return value.N;
  if (value.S !== undefined) return JSON.stringify(value.S);
  if (value.BOOL !== undefined) return String(value.BOOL);
  if (value.L) return `[${value.L.map(text).join(',')}]`;
  if (value.M) return encode(value.M);
  return 'null';
}
