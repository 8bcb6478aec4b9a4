import { AnswerForm, DirectiveComposer } from '@/features/directives';
import type { Doc } from '@/lib/backend';
import type { DocAction } from '../actions';
import { CopyForm } from './CopyForm';
import { ExtensionForm } from './ExtensionForm';
import { FieldsEditForm } from './FieldsEditForm';
import { FileForm } from './FileForm';
import { HandOverForm } from './HandOverForm';
import { DecideForm, NoteForm } from './NoteForm';
import { RegisterForm } from './RegisterForm';
import { ApproveForm, IssueForm, NumberForm, SignatureForm } from './SigningForms';
import { SubmitForm } from './SubmitForm';

/** The form that an action needs. */
export function ActionForm({ doc, action, onClose }: { doc: Doc; action: DocAction; onClose: () => void }) {
  const props = { doc, action, onClose };
  switch (action.form) {
    case 'direct':
      return <DirectiveComposer doc={doc} parent={action.part?.directive} delegation={action.delegation?.id} onClose={onClose} />;
    case 'answer':
      return <AnswerForm doc={doc} directive={action.part?.directive ?? 0} receiver={action.part?.receiver ?? ''} delegation={action.delegation?.id} onClose={onClose} />;
    case 'register':
      return <RegisterForm {...props} />;
    case 'submit':
    case 'submit_draft':
      return <SubmitForm {...props} />;
    case 'extension':
      return <ExtensionForm {...props} />;
    case 'decide':
      return <DecideForm {...props} />;
    case 'approve':
      return <ApproveForm {...props} />;
    case 'signature':
      return <SignatureForm {...props} />;
    case 'number':
      return <NumberForm {...props} />;
    case 'issue':
      return <IssueForm {...props} />;
    case 'copy':
      return <CopyForm {...props} />;
    case 'fields':
      return <FieldsEditForm {...props} />;
    case 'hand_over':
      return <HandOverForm {...props} />;
    case 'file':
      return <FileForm {...props} />;
    default:
      return <NoteForm {...props} />;
  }
}
