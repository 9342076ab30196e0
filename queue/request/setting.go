package request

import (
	"strconv"
	"time"

	"lullaby/queue/refusal"
)

// A setting is an attribute of a queue that a client sets.
type setting struct {
	name  string
	fifo  bool // FIFO queues alone have it
	set   func(s *Settings, value string) error
	print func(s *Settings) string // empty: not listed
}

// settable are all of them, in the order in which they are checked. Assumed: the
// order, which is that of their names.
var settable = []setting{
	choice("ContentBasedDeduplication", "false", "true", func(s *Settings) *bool { return &s.ContentBasedDeduplication }),
	choice("DeduplicationScope", "queue", "messageGroup", func(s *Settings) *bool { return &s.DeduplicationPerGroup }),
	seconds("DelaySeconds", 0, 900, func(s *Settings) *time.Duration { return &s.Delay }),
	{"FifoQueue", false, setFIFO, func(s *Settings) string { return onlyTrue(s.FIFO) }},
	choice("FifoThroughputLimit", "perQueue", "perMessageGroupId", func(s *Settings) *bool { return &s.ThroughputPerGroup }),
	{"KmsDataKeyReusePeriodSeconds", false, setKMSDataKeyReuse, printKMSDataKeyReuse},
	{"KmsMasterKeyId", false, setKMSKey, func(s *Settings) string { return s.KMSKey }},
	{"MaximumMessageSize", false, setMaxMessageSize, func(s *Settings) string { return strconv.FormatInt(s.MaxMessageSize, 10) }},
	seconds("MessageRetentionPeriod", 60, 1_209_600, func(s *Settings) *time.Duration { return &s.Retention }),
	{"Policy", false, setPolicy, func(s *Settings) string { return s.Policy }},
	seconds("ReceiveMessageWaitTimeSeconds", 0, 20, func(s *Settings) *time.Duration { return &s.Wait }),
	{"RedriveAllowPolicy", false, setRedriveAllow, func(s *Settings) string { return s.RedriveAllow.String() }},
	{"RedrivePolicy", false, setRedrive, func(s *Settings) string { return s.Redrive.String() }},
	{"SqsManagedSseEnabled", false, setManagedSSE, func(s *Settings) string { return strconv.FormatBool(s.ManagedSSE) }},
	seconds("VisibilityTimeout", 0, 43_200, func(s *Settings) *time.Duration { return &s.Visibility }),
}

// refuseStandard refuses an attribute of FIFO queues for a standard queue.
func (a setting) refuseStandard() error {
	if a.name == "ContentBasedDeduplication" {
		return unknownAttribute(a.name)
	}
	return refusal.Newf(refusal.InvalidAttributeName, "You can specify the %s only when FifoQueue is set to true.", a.name)
}

// wholeNumber returns the value of an attribute that is a whole number between two
// bounds.
func wholeNumber(name, value string, least, most int64) (int64, error) {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < least || n > most {
		return 0, invalidAttribute(name, "")
	}
	return n, nil
}

// seconds returns a setting that is a number of seconds between two bounds.
func seconds(name string, least, most int64, field func(*Settings) *time.Duration) setting {
	return setting{
		name: name,
		set: func(s *Settings, value string) error {
			n, err := wholeNumber(name, value, least, most)
			if err == nil {
				*field(s) = time.Duration(n) * time.Second
			}
			return err
		},
		print: func(s *Settings) string { return printSeconds(*field(s)) },
	}
}

func printSeconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }

// choice returns a setting of FIFO queues that has one of two values.
func choice(name, off, on string, field func(*Settings) *bool) setting {
	return setting{
		name: name, fifo: true,
		set: func(s *Settings, value string) error {
			if value != off && value != on {
				return invalidAttribute(name, "")
			}
			*field(s) = value == on
			return nil
		},
		print: func(s *Settings) string {
			if *field(s) {
				return on
			}
			return off
		},
	}
}

// setFIFO refuses to change the kind of a queue. NewSettings has set that of a new
// one.
func setFIFO(s *Settings, value string) error {
	if value != strconv.FormatBool(s.FIFO) {
		return invalidAttribute("FifoQueue", "Modifying queue type is not supported.")
	}
	return nil
}

func onlyTrue(is bool) string {
	if is {
		return "true"
	}
	return ""
}

func setMaxMessageSize(s *Settings, value string) error {
	n, err := wholeNumber("MaximumMessageSize", value, 1_024, MaxSize)
	if err == nil {
		s.MaxMessageSize = n
	}
	return err
}
