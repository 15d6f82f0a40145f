"""What does not load is refused or left out with its problems, and harms nobody else."""

from pathlib import Path

import pytest

from core.errors import Invalid, Missing
from core.registry import lifecycle
from core.registry.kernel import Kernel
from core.registry.state import read_state
from tests.registry.samples import model_of, new_name, sample, tables


def test_what_does_not_load_is_refused_with_each_problem(kernel: Kernel, tmp_path: Path) -> None:
    one, two, three = new_name("one"), new_name("two"), new_name("three")
    folder = sample(tmp_path, one, "signals: [Gone]\n")
    text_of_models = (folder / "models.py").read_text()
    more = "\n\nclass Stray(Model):\n    name: Mapped[str]\n"
    (folder / "models.py").write_text(text_of_models + more)
    sample(tmp_path, two, routes__py="import nothing_of_this_name\n")
    broken = sample(tmp_path, three)
    (broken / "models.py").write_text("class Half(\n")
    kernel.rediscover()
    with pytest.raises(Invalid) as refused:
        lifecycle.enable(kernel, one)
    told = sorted(f"{Path(error.field).name} {error.message}" for error in refused.value.errors)
    assert told[0].startswith("manifest.yaml:11:11 signals.py has no signal Gone")
    assert "Stray is not declared" in told[1]
    with pytest.raises(Invalid) as refused:
        lifecycle.enable(kernel, two)
    assert refused.value.errors[0].field.endswith("routes.py:1:1")
    with pytest.raises(Invalid) as refused:
        lifecycle.enable(kernel, three)
    assert "SyntaxError" in str(refused.value.errors[0].message)
    with pytest.raises(Missing):
        lifecycle.enable(kernel, "crm_nothing")
    assert tables(kernel) == []


def test_one_bad_mapper_does_not_poison_the_others(kernel: Kernel, tmp_path: Path) -> None:
    good, bad, after = new_name("good"), new_name("bad"), new_name("after")
    sample(tmp_path, good)
    folder = sample(tmp_path, bad)
    models = (folder / "models.py").read_text().replace("Mapped, mapped_column", "Mapped, mapped_column, relationship")
    (folder / "models.py").write_text(models + '    others = relationship("NoSuchClass")\n')
    sample(tmp_path, after)
    kernel.rediscover()
    lifecycle.enable(kernel, good)
    composition = kernel.compose([good, bad])
    assert composition.names == [good]
    assert "NoSuchClass" in composition.broken[bad][0].message
    model = composition.models[f"{good}.{model_of(kernel, good)}"]
    with kernel.database.write() as session:
        session.add(model(subject="still here"))
    (folder / "models.py").write_text(models)
    lifecycle.enable(kernel, bad)
    lifecycle.enable(kernel, after)
    assert set(read_state(kernel.database).enabled) == {good, bad, after}


def test_a_flagged_addon_without_code_is_left_out_with_what_needs_it(kernel: Kernel, tmp_path: Path) -> None:
    base, top, apart = new_name("base"), new_name("top"), new_name("apart")
    folder = sample(tmp_path, base)
    sample(tmp_path, top, f"depends: [{base}]\n")
    sample(tmp_path, apart)
    kernel.rediscover()
    for name in (top, apart):
        lifecycle.enable(kernel, name)
    folder.rename(tmp_path / "elsewhere.away")
    (tmp_path / "elsewhere.away" / "manifest.yaml").rename(tmp_path / "manifest.away")
    kernel.rediscover()
    composition = kernel.compose(read_state(kernel.database).enabled)
    assert composition.names == [apart]
    assert composition.broken.keys() == {base, top}
