package store

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"

	model "lullaby/queue"
	"lullaby/queue/refusal"
)

// A receipt is what a receipt handle says: which message of which queue was
// received, and which of its receives it was. Handles stay valid over restarts.
type receipt struct {
	queue uint64 // number
	id    model.ID
	nonce model.Receipt
}

const receiptSize = 4 + 4 + 8 + 8

// handle returns the receipt handle.
func (r receipt) handle() string {
	var b [receiptSize]byte
	binary.BigEndian.PutUint32(b[4:], r.nonce)
	binary.BigEndian.PutUint64(b[8:], uint64(r.id))
	binary.BigEndian.PutUint64(b[16:], r.queue)
	binary.BigEndian.PutUint32(b[:], crc32.ChecksumIEEE(b[4:]))
	return base64.StdEncoding.EncodeToString(b[:])
}

// parseHandle reads a receipt handle. The error is a refusal.ReceiptHandleIsInvalid.
func parseHandle(text string) (receipt, error) {
	var b [receiptSize]byte
	if base64.StdEncoding.DecodedLen(len(text)) <= len(b) {
		n, err := base64.StdEncoding.Decode(b[:], []byte(text))
		if err == nil && n == receiptSize && crc32.ChecksumIEEE(b[4:receiptSize]) == binary.BigEndian.Uint32(b[:]) {
			return receipt{
				nonce: binary.BigEndian.Uint32(b[4:]),
				id:    model.ID(binary.BigEndian.Uint64(b[8:])),
				queue: binary.BigEndian.Uint64(b[16:]),
			}, nil
		}
	}
	return receipt{}, badHandle(text)
}

// badHandle refuses what is no receipt handle.
func badHandle(text string) error {
	return refusal.Newf(refusal.ReceiptHandleIsInvalid, "The input receipt handle \"%s\" is not a valid receipt handle.", text)
}

// receiptOf reads a receipt handle of the queue. That of another queue is refused in
// other words than what is no handle (docs/aws/sqs.md#receipt-handles).
func (q *queue) receiptOf(handle string) (receipt, error) {
	r, err := parseHandle(handle)
	if err == nil && r.queue != q.number {
		err = refusal.Newf(refusal.ReceiptHandleIsInvalid, "The receipt handle \"%s\" is not valid for this queue.", handle)
	}
	return r, err
}
