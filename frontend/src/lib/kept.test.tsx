import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import { ApiError } from '@/lib/errors';
import { FormFrame } from '@/ui';
import { Theme } from '@/ui/theme/Theme';
import { forgetSecret, useKept } from './kept';

const place = 'khonggiay.writing.note.1';

function Form({ refusal }: { refusal: ApiError }) {
  const [text, setText, forget] = useKept('note.1', '');
  return (
    <FormFrame title="Ý kiến" submit="Gửi" onSubmit={() => Promise.reject(refusal)} onRefused={forgetSecret(forget)} onClose={() => undefined}>
      <textarea aria-label="Nội dung" value={text} onChange={(event) => setText(event.currentTarget.value)} />
    </FormFrame>
  );
}

async function refuse(refusal: ApiError) {
  render(<Theme locale="vi"><Form refusal={refusal} /></Theme>);
  await userEvent.type(screen.getByLabelText('Nội dung'), 'Mật');
  expect(sessionStorage.getItem(place)).toContain('Mật');
  await userEvent.click(screen.getByRole('button', { name: 'Gửi' }));
  await waitFor(() => expect(screen.getByRole('alert')).toBeDefined());
}

afterEach(() => sessionStorage.clear());

test('what is refused as a secret is forgotten, and what is typed after it is not kept', async () => {
  await refuse(new ApiError('invalid', 'secrecy.refused'));
  expect(sessionStorage.getItem(place)).toBeNull();
  await userEvent.type(screen.getByLabelText('Nội dung'), ' nữa');
  expect(sessionStorage.getItem(place)).toBeNull();
});

test('another refusal loses no words', async () => {
  await refuse(new ApiError('conflict', 'record.changed'));
  expect(sessionStorage.getItem(place)).toContain('Mật');
});
