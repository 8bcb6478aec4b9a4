#!/usr/bin/env bash
# Packs what build.sh compiled as one Debian package: build/deb/pack.sh NAME.
# build.sh sets out and work, the folders, and the version.
set -euo pipefail
cd "$(dirname "$0")/../.."
source build/env.sh

name=$1
root=$work/$name
doc=usr/share/doc/$name

# put MODE FILE FOLDER[/NAME] lays one file of a package out.
put() {
	local mode=$1 file=$2 to=$root/$3
	[[ $to == */ ]] && to+=${file##*/}
	install -D -m "$mode" "$file" "$to"
}

stage_khonggiay() {
	put 755 "$work/bin/khonggiay" usr/bin/
	put 644 build/linux/vn.khonggiay.desktop usr/share/applications/
	put 644 build/linux/khonggiay.xml usr/share/mime/packages/
	put 644 build/linux/khonggiay.png usr/share/icons/hicolor/256x256/apps/
	put 644 build/appicon.svg usr/share/icons/hicolor/scalable/apps/khonggiay.svg
	build/notices.sh "$root/$doc/NOTICES" GOOS=linux "$WINDOW_TAGS" .
}

stage_khonggiay-server() {
	put 755 "$work/bin/khonggiay-server" usr/bin/
	put 755 "$work/bin/khonggiayctl" usr/bin/
	put 644 build/server/khonggiay.conf etc/khonggiay/
	put 644 build/server/khonggiay-server.service usr/lib/systemd/system/
	put 644 build/server/sysusers.conf usr/lib/sysusers.d/khonggiay-server.conf
	put 644 build/server/tmpfiles.conf usr/lib/tmpfiles.d/khonggiay-server.conf
	build/notices.sh "$root/$doc/NOTICES" GOOS=linux "$TAGS" ./cmd/khonggiay-server ./cmd/khonggiayctl
}

# changelog says when and from what this package was made.
changelog() {
	printf '%s (%s) unstable; urgency=medium\n\n  * Không Giấy %s.\n\n -- %s  %s\n' "$name" "$VERSION" "$VERSION" \
		"$(sed -n 's/^Maintainer: //p' "build/deb/$name/control")" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
}

# control_files writes what dpkg itself reads.
control_files() {
	local arch=$1 file size
	(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$work/md5sums"
	size=$(du -sk --apparent-size "$root" | cut -f1)
	put 644 "$work/md5sums" DEBIAN/
	for file in build/deb/"$name"/*; do
		case ${file##*/} in
		control) sed "s/@VERSION@/$VERSION/; s/@ARCH@/$arch/; s/@SIZE@/$size/" "$file" >"$root/DEBIAN/control" ;;
		conffiles) put 644 "$file" DEBIAN/ ;;
		*) put 755 "$file" DEBIAN/ ;;
		esac
	done
}

arch=$(dpkg --print-architecture)
rm -rf "$root"
mkdir -p "$root/$doc"
"stage_$name"
changelog >"$root/$doc/changelog"
gzip -9n "$root/$doc/NOTICES" "$root/$doc/changelog"
put 644 build/deb/copyright "$doc/"
control_files "$arch"
chmod -R u=rwX,go=rX "$root"
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/${name}_${VERSION}_$arch.deb" >/dev/null
