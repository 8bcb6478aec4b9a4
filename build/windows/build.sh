#!/usr/bin/env bash
# Builds the Windows installer of the laptop program on Linux, into
# build/bin/packages, and inspects what came out.
#
#   build/windows/build.sh
#   SIGN='/path/sign.sh' build/windows/build.sh   signs program, uninstaller and
#                                                 installer: the command is given
#                                                 the file, and signs it in place
#   VERSION=1.2.3                                 another version than build/env.sh's
set -euo pipefail
cd "$(dirname "$0")/../.."
source build/env.sh
source build/steps.sh

out=build/bin/packages
work=build/cache/windows
tool=x86_64-w64-mingw32
program=$work/khonggiay.exe
installer=$out/khonggiay-$VERSION-windows-amd64.exe

# Icon, manifest and version, as an object that the linker is handed.
resources() {
	local numbers=${VERSION%%[-+]*}
	"$tool-windres" --codepage=65001 -I build/windows -DVERSION="\\\"$VERSION\\\"" -DNUMBERS="${numbers//./,},0" \
		build/windows/khonggiay.rc -O coff -o "$work/resources.o"
}

# Everything that is not Windows' own is linked into the program.
compile() {
	GOOS=windows GOARCH=amd64 CGO_ENABLED=1 CC=$tool-gcc GOFLAGS="${GOFLAGS:+$GOFLAGS }-trimpath" \
		go build -tags "$TAGS,desktop,production" -o "$program" \
		-ldflags "-s -w -H windowsgui -X main.version=$VERSION -linkmode external -extldflags '-static \"$PWD/$work/resources.o\"'" .
}

sign() { if [[ -n ${SIGN:-} ]]; then $SIGN "$PWD/$program"; fi; }

pack() {
	makensis -V2 -WX -INPUTCHARSET UTF8 -DVERSION="${VERSION%%[-+]*}" -DPROGRAM="$PWD/$program" \
		-DNOTICES="$PWD/$work/NOTICES.txt" -DOUTPUT="$PWD/$installer" ${SIGN:+"-DSIGN=$SIGN"} build/windows/khonggiay.nsi
}

mkdir -p "$work" "$out"
rm -f "$out"/khonggiay-*-windows-*.exe
step 'Chuẩn bị máy (setup)' build/setup.sh windows
step 'Giao diện (interface)' build_ui
step 'Tài nguyên (resources)' resources
step 'Chương trình (program)' compile
step 'Giấy phép của mã nguồn khác (notices)' build/notices.sh "$work/NOTICES.txt" GOOS=windows "$TAGS,desktop,production" .
step 'Ký (sign)' sign
step 'Bộ cài (installer)' pack
step 'Xem lại (inspect)' go test -tags "$TAGS" -count=1 ./build/inspect \
	-version "$VERSION" -packages "$PWD/$out" -signed="$([[ -n ${SIGN:-} ]] && echo true || echo false)"
all_passed "Đã xong: $installer"
