package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// showValues has --help show the values that a flag takes in the place of its
// default, and the default after its text. A placeholder in the tag stays.
func showValues(f *kong.Flag) {
	if f.Enum != "" && f.PlaceHolder == "" {
		f.PlaceHolder = strings.ReplaceAll(f.Enum, ",", "|")
		f.Help += " Default: " + f.Default + "."
	}
}

// needValue has a flag that stands without its value say what it takes.
func needValue(f *kong.Flag) {
	if f.IsBool() {
		return
	}
	want, decode := "want a value such as "+f.Default, f.Mapper.Decode
	if f.PlaceHolder != "" {
		want = "want " + f.PlaceHolder
	}
	f.Mapper = kong.MapperFunc(func(ctx *kong.DecodeContext, target reflect.Value) error {
		switch next := ctx.Scan.Peek(); {
		case next.IsValue():
			return decode(ctx, target)
		case next.IsEOL() || strings.HasPrefix(next.String(), "--"):
			return fmt.Errorf("no value: %s", want)
		default:
			return fmt.Errorf("no value: %s; one that begins with - is written --%s=%v", want, f.Name, next)
		}
	})
}
