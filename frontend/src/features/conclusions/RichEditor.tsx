import { ActionIcon } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconBold, IconH2, IconItalic, IconList, IconListNumbers, IconUnderline } from '@tabler/icons-react';
import { EditorContent, useEditor, useEditorState, type Editor } from '@tiptap/react';
import { StarterKit } from '@tiptap/starter-kit';
import { useEffect, useImperativeHandle, type ComponentType, type ReactNode, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { cleanRich, paragraphsOf, writeRich, type RichNode } from './rich';
import classes from './conclusions.module.css';

export interface RichHandle {
  /** Puts lines where the cursor is. */
  insert: (lines: readonly string[]) => void;
  replace: (node: RichNode) => void;
  focus: () => void;
}

interface Props {
  /** For screen readers. */
  label: string;
  start: RichNode;
  readOnly?: boolean;
  autoFocus?: boolean;
  /** Beside the buttons of the toolbar. */
  tools?: ReactNode;
  onChange?: (text: string) => void;
  ref?: Ref<RichHandle>;
}

// Nothing that the records do not take can be made.
const extensions = [StarterKit.configure({
  blockquote: false, code: false, codeBlock: false, horizontalRule: false, link: false, strike: false, dropcursor: false, trailingNode: false, heading: { levels: [1, 2, 3] },
})];

/** What is pasted or dropped comes as plain text: foreign HTML is never parsed. */
function paste(editor: Editor, event: ClipboardEvent | DragEvent): boolean {
  const data = event instanceof DragEvent ? event.dataTransfer : event.clipboardData;
  event.preventDefault();
  const text = data?.getData('text/plain').normalize('NFC').replaceAll(/\r\n?/g, '\n') ?? '';
  const lines = text.split('\n');
  if (text) editor.commands.insertContent(lines.length === 1 ? { type: 'text', text } : paragraphsOf(lines));
  return true;
}

/** Writes paragraphs, headings and lists; by keys as in any word processor. */
export function RichEditor({ label, start, readOnly = false, autoFocus = false, tools, onChange, ref }: Props) {
  const editor: Editor = useEditor({
    extensions, content: cleanRich(start), editable: !readOnly, injectCSS: false, autofocus: autoFocus ? 'end' : false,
    onUpdate: ({ editor: now }) => onChange?.(writeRich(now.getJSON() as RichNode)),
    editorProps: {
      attributes: { class: classes.prose ?? '', role: 'textbox', 'aria-multiline': 'true', 'aria-label': label, 'aria-readonly': String(readOnly), lang: 'vi', spellcheck: 'false' },
      handleDOMEvents: { paste: (_view, event) => paste(editor, event), drop: (_view, event) => paste(editor, event) },
    },
  });
  useEffect(() => { editor.setEditable(!readOnly, false); }, [editor, readOnly]);
  useImperativeHandle(ref, () => ({
    insert: (lines) => void editor.chain().focus().insertContent(paragraphsOf(lines)).run(),
    replace: (node) => void editor.commands.setContent(cleanRich(node), { emitUpdate: false }),
    focus: () => void editor.commands.focus(),
  }), [editor]);
  return (
    <div className={classes.editor} data-readonly={readOnly || undefined}>
      {!readOnly && <Toolbar editor={editor}>{tools}</Toolbar>}
      <EditorContent editor={editor} />
    </div>
  );
}

interface Tool {
  id: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  keys: string;
  on?: boolean;
  run: () => void;
}

function Toolbar({ editor, children }: { editor: Editor; children?: ReactNode }) {
  const { t } = useTranslation();
  const on = useEditorState({
    editor,
    selector: ({ editor: now }) => ({
      bold: now.isActive('bold'), italic: now.isActive('italic'), underline: now.isActive('underline'), heading: now.isActive('heading', { level: 2 }),
      bullets: now.isActive('bulletList'), numbers: now.isActive('orderedList'),
    }),
  });
  const chain = () => editor.chain().focus();
  const list: Tool[] = [
    { id: 'bold', icon: IconBold, keys: 'Ctrl+B', on: on.bold, run: () => void chain().toggleBold().run() },
    { id: 'italic', icon: IconItalic, keys: 'Ctrl+I', on: on.italic, run: () => void chain().toggleItalic().run() },
    { id: 'underline', icon: IconUnderline, keys: 'Ctrl+U', on: on.underline, run: () => void chain().toggleUnderline().run() },
    { id: 'heading', icon: IconH2, keys: 'Ctrl+Alt+2', on: on.heading, run: () => void chain().toggleHeading({ level: 2 }).run() },
    { id: 'numbers', icon: IconListNumbers, keys: 'Ctrl+Shift+7', on: on.numbers, run: () => void chain().toggleOrderedList().run() },
    { id: 'bullets', icon: IconList, keys: 'Ctrl+Shift+8', on: on.bullets, run: () => void chain().toggleBulletList().run() },
    { id: 'undo', icon: IconArrowBackUp, keys: 'Ctrl+Z', run: () => void chain().undo().run() },
    { id: 'redo', icon: IconArrowForwardUp, keys: 'Ctrl+Y', run: () => void chain().redo().run() },
  ];
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={t('editor.tools')}>
      {list.map(({ id, icon: Icon, keys, on: pressed, run }) => (
        <ActionIcon key={id} variant={pressed ? 'light' : 'subtle'} size={30} aria-pressed={pressed} aria-label={t(`editor.${id}`)} title={`${t(`editor.${id}`)} (${keys})`} onClick={run}>
          <Icon size={17} stroke={1.8} />
        </ActionIcon>
      ))}
      {children}
    </div>
  );
}
