import { useId } from 'react';
import classes from './forms.module.css';

export interface PersonOption {
  id: string;
  name: string;
  detail: string;
}

/** One person of a few: arrows choose. */
export function PersonChoice({ label, options, value, onChange }: { label: string; options: readonly PersonOption[]; value: string; onChange: (id: string) => void }) {
  const name = useId();
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{label}</legend>
      <div className={classes.choices}>
        {options.map((option) => (
          <label key={option.id} className={classes.choice}>
            <input type="radio" name={name} checked={value === option.id} onChange={() => onChange(option.id)} data-autofocus={value === option.id || undefined} />
            <span className={classes.name}>{option.name}<small>{option.detail}</small></span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
