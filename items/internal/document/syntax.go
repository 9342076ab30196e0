package document

import (
	"encoding/json"
	"errors"
	"fmt"
)

// checkSyntax refuses what is not one JSON value, before the values of half of
// it are made. Its offsets are exact, which those of json.Decoder are not.
func checkSyntax(body []byte) error {
	err := json.Unmarshal(body, new(json.RawMessage))
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("body is not valid JSON: %w, before offset %d", err, syntax.Offset)
	}
	return err
}
