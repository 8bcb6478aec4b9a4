; The installer's words. A Windows that speaks neither language gets the first.
!insertmacro MUI_LANGUAGE "Vietnamese"
!insertmacro MUI_LANGUAGE "English"

!macro Words NAME VI EN
  LangString ${NAME} ${LANG_VIETNAMESE} "${VI}"
  LangString ${NAME} ${LANG_ENGLISH} "${EN}"
!macroend
!define Words "!insertmacro Words"

${Words} needs64 "Không Giấy cần Windows 10 hoặc 11, bản 64 bit." \
  "Không Giấy needs 64-bit Windows 10 or 11."
${Words} running "Không Giấy đang chạy. Bấm OK để đóng chương trình rồi tiếp tục; việc đã làm không mất." \
  "Không Giấy is running. Press OK to close it and go on; nothing that was done is lost."
${Words} stillRunning "Không đóng được Không Giấy. Hãy đóng chương trình rồi chạy lại bộ cài." \
  "Không Giấy could not be closed. Please close it and run the installer again."
${Words} firewall "Mở tường lửa cho riêng chương trình này, trong mạng cơ quan" \
  "Opening the firewall for this program alone, on office networks"
${Words} firewallFailed "Không mở được tường lửa. Chương trình vẫn chạy; nhờ quản trị mạng mở các cổng nêu trong tài liệu vận hành." \
  "The firewall could not be opened. The program works without; ask the network's administrator to open the ports named in the operations guide."
${Words} webview "Cài WebView2 từ tệp để cạnh bộ cài (mất khoảng một phút)" \
  "Installing WebView2 from the file beside this installer (about a minute)"
${Words} noWebview "Máy này chưa có WebView2 của Microsoft. Không Giấy vẫn chạy, nhưng mở trong trình duyệt.$\r$\n$\r$\nMuốn có cửa sổ riêng mà không cần mạng: tải bộ cài WebView2 Evergreen Standalone (x64) ở máy khác, để tệp MicrosoftEdgeWebView2RuntimeInstallerX64.exe cạnh bộ cài này, rồi chạy lại." \
  "This machine has no Microsoft WebView2. Không Giấy works, but opens in the browser.$\r$\n$\r$\nFor a window of its own without a network: download the WebView2 Evergreen Standalone Installer (x64) elsewhere, put the file MicrosoftEdgeWebView2RuntimeInstallerX64.exe beside this installer, and run it again."
${Words} invitation "Tệp mời của Không Giấy" "Không Giấy invitation"
${Words} comment "Văn bản và cuộc họp, có mạng hay không có mạng" \
  "Documents and meetings, with or without a network"
${Words} dataStays "Đã gỡ chương trình. Dữ liệu của từng người vẫn còn trên máy, trong thư mục KhongGiay của hồ sơ người dùng (%LOCALAPPDATA%\KhongGiay): có thể còn việc chưa gửi. Chỉ xóa thư mục ấy khi biết chắc không cần nữa." \
  "The program is removed. Each person's data is still on this machine, in the folder KhongGiay of the user's profile (%LOCALAPPDATA%\KhongGiay): work may be waiting there to be sent. Delete it only when you are sure that it is not needed."
