package host

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
)

// A platform is the GOOS/GOARCH that an executable needs.
type platform string

const (
	thisPlatform = platform(runtime.GOOS + "/" + runtime.GOARCH)
	anyPlatform  = platform("a script") // which runs where its interpreter does
)

// platformOf returns the platform of an executable file, by its first bytes.
func platformOf(path string) (platform, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	var magic [4]byte
	if _, err := io.ReadFull(f, magic[:]); err != nil {
		return "", fmt.Errorf("%s is not an executable: %w", path, err)
	}
	switch {
	case bytes.HasPrefix(magic[:], []byte("#!")):
		return anyPlatform, nil
	case bytes.HasPrefix(magic[:], []byte("MZ")):
		return "windows", nil
	case bytes.Equal(magic[:], []byte(elf.ELFMAG)):
		return elfPlatform(f)
	}
	p, err := machPlatform(f)
	if err != nil {
		return "", fmt.Errorf("%s is neither an ELF or Mach-O executable nor a script", path)
	}
	return p, nil
}

func elfPlatform(r io.ReaderAt) (platform, error) {
	f, err := elf.NewFile(r)
	if err != nil {
		return "", err
	}
	arch := map[elf.Machine]string{
		elf.EM_386:     "386",
		elf.EM_AARCH64: "arm64",
		elf.EM_ARM:     "arm",
		elf.EM_RISCV:   "riscv64",
		elf.EM_X86_64:  "amd64",
	}[f.Machine]
	if arch == "" {
		arch = f.Machine.String()
	}
	return platform("linux/" + arch), nil
}

// machPlatform returns the platform of a Mach-O file. Of a file for several
// architectures it returns this machine's if it is among them, else the first.
func machPlatform(r io.ReaderAt) (platform, error) {
	if f, err := macho.NewFile(r); err == nil {
		return machCPU(f.Cpu), nil
	}
	fat, err := macho.NewFatFile(r)
	if err != nil {
		return "", err
	}
	if len(fat.Arches) == 0 {
		return "", errors.New("no architecture")
	}
	for _, a := range fat.Arches {
		if machCPU(a.Cpu) == thisPlatform {
			return thisPlatform, nil
		}
	}
	return machCPU(fat.Arches[0].Cpu), nil
}

func machCPU(cpu macho.Cpu) platform {
	switch cpu {
	case macho.CpuAmd64:
		return "darwin/amd64"
	case macho.CpuArm64:
		return "darwin/arm64"
	default:
		return platform("darwin/" + cpu.String())
	}
}
