import { ActionIcon, Button, Modal, NumberInput, SegmentedControl, Textarea, Tooltip } from '@mantine/core';
import { IconListCheck, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useSession, useTemplates, type TemplateInfo } from '@/lib/backend';
import { useCommands } from '@/lib/commands';
import { CommandKbd, ConfirmDialog, Empty, FormFrame, Kbd, Loaded, Page, PageHeader, StatusPill, useAct } from '@/ui';
import { inOrder } from './composer';
import classes from './templates.module.css';

type Editing = { template?: TemplateInfo } | null;

/** Ready directive texts: one's own, and those of the office's leaders. */
export default function TemplatesScreen() {
  const { t } = useTranslation();
  const query = useTemplates();
  const act = useAct();
  const [editing, setEditing] = useState<Editing>(null);
  const [closing, setClosing] = useState<TemplateInfo | null>(null);
  useCommands(useMemo(() => [{ id: 'templates.new', label: 'directive.templates.new', group: 'create' as const, hotkeys: ['c m'], run: () => setEditing({}) }], []));

  return (
    <Page
      header={
        <PageHeader title={t('directive.templates')} sub={t('directive.templates.sub')}>
          <Button leftSection={<IconPlus size={16} />} rightSection={<CommandKbd id="templates.new" />} onClick={() => setEditing({})}>{t('directive.templates.new')}</Button>
        </PageHeader>
      }
    >
      <Loaded query={query}>
        {(templates) =>
          templates.length === 0 ? (
            <Empty icon={IconListCheck} title={t('directive.templates.none')} text={t('directive.templates.none.text')} />
          ) : (
            <ol className={classes.list}>
              {inOrder(templates).map((template, i) => (
                <li key={template.id} className={classes.item}>
                  <span className={classes.key}>{i < 9 && <Kbd keys={String(i + 1)} />}</span>
                  <span className={classes.text}>{template.text}</span>
                  {template.days ? <span className={classes.days}>{t('directive.days', { count: template.days })}</span> : null}
                  <StatusPill tone={template.mine ? 'info' : 'neutral'}>{template.mine ? t('directive.templates.mine') : t('directive.templates.shared')}</StatusPill>
                  <Tooltip label={t('directive.templates.edit')}>
                    <ActionIcon aria-label={t('directive.templates.edit')} onClick={() => setEditing({ template })}><IconPencil size={16} stroke={1.7} /></ActionIcon>
                  </Tooltip>
                  <Tooltip label={t('directive.templates.close')}>
                    <ActionIcon aria-label={t('directive.templates.close')} onClick={() => setClosing(template)}><IconTrash size={16} stroke={1.7} /></ActionIcon>
                  </Tooltip>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
      <Modal opened={editing !== null} onClose={() => setEditing(null)} withCloseButton={false} padding={0} size={560} attributes={{ content: { 'aria-label': t('directive.templates') } }}>
        {editing && <TemplateForm template={editing.template} count={query.data?.length ?? 0} onClose={() => setEditing(null)} />}
      </Modal>
      <ConfirmDialog
        opened={closing !== null}
        title={t('directive.templates.close.title')}
        text={closing?.text}
        confirm={t('directive.templates.close')}
        danger
        onConfirm={async () => closing && act({ name: 'template.save.1', id: closing.id, base: closing.version, args: { unit: closing.unit, text: closing.text, days: closing.days, order: closing.order, closed: true } })}
        onClose={() => setClosing(null)}
      />
    </Page>
  );
}

function TemplateForm({ template, count, onClose }: { template?: TemplateInfo; count: number; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const { data: session } = useSession();
  const office = session?.posts.find((post) => post.role === 'leader')?.office;
  const [text, setText] = useState(template?.text ?? '');
  const [days, setDays] = useState<number | ''>(template?.days || '');
  const [shared, setShared] = useState(Boolean(template && !template.mine));
  const save = async () => {
    const id = template?.id ?? (await api.newId());
    await act({
      name: 'template.save.1', id, base: template?.version ?? 0,
      args: { text: text.trim().normalize('NFC'), days: days || undefined, order: template?.order ?? count + 1, unit: template ? template.unit : shared ? office : undefined },
    });
    onClose();
  };
  return (
    <FormFrame
      title={template ? t('directive.templates.edit') : t('directive.templates.new')}
      submit={t('action.save')}
      missing={text.trim() ? null : t('directive.missing.text')}
      onSubmit={save}
      onClose={onClose}
    >
      <Textarea label={t('directive.text')} autosize minRows={3} maxRows={10} maxLength={2000} data-autofocus value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <NumberInput
        label={t('directive.templates.days')}
        description={t('directive.templates.days.text')}
        min={0}
        max={365}
        allowDecimal={false}
        value={days}
        onChange={(value) => setDays(value === '' ? '' : Number(value))}
        w={220}
      />
      {office && !template && (
        <SegmentedControl
          aria-label={t('directive.templates.whose')}
          data={[{ value: 'mine', label: t('directive.templates.mine') }, { value: 'shared', label: t('directive.templates.shared') }]}
          value={shared ? 'shared' : 'mine'}
          onChange={(value) => setShared(value === 'shared')}
        />
      )}
    </FormFrame>
  );
}
