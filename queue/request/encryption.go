package request

import (
	"time"

	"lullaby/queue/refusal"
)

// defaultKMSDataKeyReuse is for how long SQS uses one data key (API Reference,
// "CreateQueue").
const defaultKMSDataKeyReuse = 5 * time.Minute

func setKMSDataKeyReuse(s *Settings, value string) error {
	n, err := wholeNumber("KmsDataKeyReusePeriodSeconds", value, 60, 86_400)
	if err != nil {
		return err
	}
	s.KMSDataKeyReuse = time.Duration(n) * time.Second
	return nil
}

// printKMSDataKeyReuse leaves out the default, as AWS does.
func printKMSDataKeyReuse(s *Settings) string {
	if s.KMSDataKeyReuse == defaultKMSDataKeyReuse {
		return ""
	}
	return printSeconds(s.KMSDataKeyReuse)
}

// setKMSKey turns off SQS's own key: a queue has one of the two.
func setKMSKey(s *Settings, value string) error {
	s.KMSKey = value
	if value != "" {
		s.ManagedSSE = false
	}
	return nil
}

// setManagedSSE turns off the key of KMS.
func setManagedSSE(s *Settings, value string) error {
	switch value {
	case "true":
		s.ManagedSSE, s.KMSKey = true, ""
	case "false":
		s.ManagedSSE = false
	default:
		return invalidAttribute("SqsManagedSseEnabled", "")
	}
	return nil
}

// checkEncryption refuses attributes that turn on both keys. Assumed: the text; that
// each of the two, given alone, takes the place of the other.
func checkEncryption(attributes map[string]string) error {
	if attributes["KmsMasterKeyId"] != "" && attributes["SqsManagedSseEnabled"] == "true" {
		return refusal.New(refusal.InvalidAttributeValue,
			"You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.")
	}
	return nil
}
